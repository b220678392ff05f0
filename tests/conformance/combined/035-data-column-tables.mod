set E dimen 2; param a{E}; param b{E} default 3; param k{(i,j) in E} symbolic default 'n' & i;
var x{E} >= 0;
minimize z: sum {(i,j) in E} (a[i,j] + (if k[i,j] = 'nv' then 1 else if k[i,j] = 'big' then 5 else 0)) * x[i,j];
s.t. r{(i,j) in E}: x[i,j] >= b[i,j];
data;
param : E : a b :=
 u 1  4 .
 v 1  5 6
 v 2  9 7
 'w w' 3 8 . ;
param k := v 2 big;
end;
