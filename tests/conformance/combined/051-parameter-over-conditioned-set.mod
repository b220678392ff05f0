set I := 1..5; set J := 1..5;
param a{i in I, j in J: i + j <= 6 and i <> j} := i * j; param b{i in I: exists {j in J: i + j <= 6 and i <> j} a[i,j] mod 4 = 0} default 3;
var x{i in I, j in J: i + j <= 6 and i <> j} >= 0, <= a[i,j];
maximize z: sum {i in I, j in J: i + j <= 6 and i <> j} (6 - a[i,j]) * x[i,j];
s.t. r{i in I: exists {j in J: i + j <= 6 and i <> j} a[i,j] mod 4 = 0}: sum {j in J: j <> i and j <= 6 - i} x[i,j] <= b[i];
data; param b := 2 5  4 7; end;
