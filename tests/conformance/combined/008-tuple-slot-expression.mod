set T := 1..6;
set L dimen 3 := setof {t in T, s in T: s - t in 1..2} (t, s, s - t);
var x{L} >= 0, <= 9;
minimize z: sum {(t,s,d) in L} (7 - t) * d * x[t,s,d];
s.t. a{t in T: t < 6}: sum {(t,t+1,d) in L} x[t,t+1,d] + sum {(t,s,2) in L} 2 * x[t,s,2] >= t;
s.t. b{t in T: t > 2}: sum {(t-2,s,d) in L: s <= t} d * x[t-2,s,d] >= 1.5;
end;
