param p{1..2,1..2,{'a','b'}} default 0;
var x{1..2,1..2,{'a','b'}} >= 0;
minimize z: sum {i in 1..2, k in 1..2, j in {'a','b'}} x[i,k,j];
s.t. r{i in 1..2, k in 1..2, j in {'a','b'}}: x[i,k,j] >= p[i,k,j];
data;
param p := [1,*,*] : a := 1 5 2 6  (tr) : 1 2 := b 7 8 [2,*,*] : a b := 1 3 4;
end;
