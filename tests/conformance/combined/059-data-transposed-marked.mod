set I; set J; param t{I,J} default 4;
var x{I,J} >= 0;
minimize z: sum {i in I, j in J} t[i,j] * x[i,j];
s.t. r{i in I}: sum {j in J} x[i,j] >= 2;
s.t. s{j in J}: sum {i in I} x[i,j] >= 3  + t['b',j];
data;
set I := a b c; set J := 'k 1' 2 l;
param t (tr) : a c := 'k 1' 1 2  l . 3
  (tr) : b := 2 7 ;
end;
