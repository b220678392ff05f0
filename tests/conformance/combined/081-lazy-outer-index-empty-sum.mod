set D{1..2}; param a{1..2}; var x >= 0;
minimize z: x;
s.t. r{t in 1..2}: x + sum {k in D[t]: a[t] > 0} x >= 1;
data; set D[1] := 5; set D[2] := ; param a := 1 3; end;
