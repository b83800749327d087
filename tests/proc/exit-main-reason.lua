-- exit: 1
-- main that exits with a bad reason has failed.
exit("bad reason")
