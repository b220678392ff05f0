set T := 1..3; set H := 1..2; param e{T,H,T} default 2;
var x{T,H,T} >= 0;
minimize z: sum {t in T, h in H, s in T} e[t,h,s] * x[t,h,s];
s.t. r{t in T, s in T: t <> s}: sum {h in H} x[t,h,s] >= e[t,1,s] + e[s,2,t];
data;
param e := [*,*,*] 1 1 1 5  3 2 1 6  [2,*,*] : 1 2 3 := 1 . 3 4  2 7 . 8  [*,2,3] 1 9 3 10 [1,1,2] 11;
end;
