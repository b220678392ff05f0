set R := 1..3; set T := 1..4;
param k{r in R, t in T} := (r * t) mod 4;
var x{R,T} >= 0;
minimize z: sum {r in R, t in T} (r + k[r,t]) * x[r,t];
s.t. c1{r in R, t in T: k[r,t] > 0}: sum {s in R, u in T: k[s,u] = k[r,t] and (s <> r or u <= t)} x[s,u] >= k[r,t] + t;
s.t. c2{r in R}: sum {t in T: k[r,t] < max {s in R: s <> r} k[s,t]} x[r,t] <= 5 * r;
end;
