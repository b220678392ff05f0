set I := {'r1','r2','r3'}; set J := 1..5;
param t{I,J};
var x{I,J} >= 0;
minimize z: sum {i in I, j in J} t[i,j] * x[i,j];
s.t. r{j in J}: sum {i in I: t[i,j] < 50} x[i,j] >= j;
s.t. s{i in I}: sum {j in J} x[i,j] <= 9;
