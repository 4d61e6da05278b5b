"""threaddemo as a process: what a shell, a terminal and a scheduler of jobs see of it."""
