# A correct tool must report: the name that was asked for, and at once that it is asked for.
name = input("Your name? ")
print("Hello,", name)
