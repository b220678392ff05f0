set N := {'a','b','c'}; param root symbolic := 'b'; set E dimen 3 := {('a','b',1),('b','c',1),('b','a',2),('c','b',2),('b','b',3)};
var x{E} >= 0;
minimize z: sum {(i,j,k) in E} k * x[i,j,k];
s.t. fromroot: sum {(i,j,k) in E: i = root} x[i,j,k] >= 5;
s.t. toroot{k in 1..2}: sum {(i,j,k) in E: j = root and i <> j} x[i,j,k] >= k - 1;
s.t. oth{n in N diff {root}, k in 1..2: (n,root,k) in E}: x[n,root,k] + sum {(g,m,h) in E: g = root and m <> n and h > k} x[g,m,h] <= 2;
end;
