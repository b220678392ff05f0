set I := 1..5; set J := 1..4;
param a{i in I, j in J} := (i * i + 3 * j) mod 7;
var x{I,J} >= 0;
minimize z: sum {i in I, j in J} (1 + a[i,j]) * x[i,j];
s.t. r{i in I, j in J: a[i,j] = max {k in J} a[i,k] or a[i,j] = min {h in I: h <> i} a[h,j]}: x[i,j] >= a[i,j];
s.t. s{i in I: prod {j in J} a[i,j] > 0 and sum {j in J: a[i,j] mod 2 = 0} a[i,j] >= 2}: sum {j in J} x[i,j] >= prod {j in J: j <= 2} a[i,j];
s.t. t{j in J}: sum {i in I: a[i,j] > (sum {h in I} a[h,j]) / card(I)} x[i,j] <= 40 + max(0, max {i in I} a[i,j] - 4);
end;
