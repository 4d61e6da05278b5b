# A correct tool must report: what argparse made of its arguments, exit code 5 as a fact.
import argparse
import sys

import beside

parser = argparse.ArgumentParser()
parser.add_argument("number", type=int)
parser.add_argument("--quiet", action="store_true")
chosen = parser.parse_args()
number, quiet, greeting = chosen.number, chosen.quiet, beside.GREETING
if __name__ == "__main__":
    print(sys.argv[1:])
    sys.exit(5)
