set T := 1..5; set L dimen 2 := setof {i in T, j in T: j = i + 1} (i,j);
param g{t in T} := if t = 1 then 2 else g[t-1] * 1.5;
var x{L} >= 0, <= 10;
minimize z: sum {(i,j) in L} x[i,j];
s.t. r{t in T: t > 1}: sum {(i,t) in L} x[i,t] >= g[t];
end;
