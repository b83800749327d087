-- exit() of main is a normal end.
print("one")                       --> one
exit()
print("two")
