-- An error in a guard fails its clause and is counted.
self() ! {"n", 1}
receive
  case {"n", x} if x.field.deeper then print("never")
  case {"n", x} then print("second clause", x)            --> second clause	1
end
print(process_info().guard_errors)                        --> 1
