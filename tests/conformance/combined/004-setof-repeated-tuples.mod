set I := 0..4;
set S{k in 1..3} dimen 2 := setof {i in I, j in I: (i + j) mod (k + 1) = 0 and i <> j} (abs(i - j), i * j mod 3);
var x{k in 1..3, (a,b) in S[k]} >= 0;
minimize z: sum {k in 1..3, (a,b) in S[k]} (a + 2 * b + k) * x[k,a,b];
set AA{k in 1..3} := setof {(u,v) in S[k]} u;
s.t. r{k in 1..3, a in AA[k]}: sum {(a,b) in S[k]} x[k,a,b] >= a * k;
s.t. s{b in 0..2: exists {k in 1..3, (a,b) in S[k]} a >= 0}: sum {k in 1..3, (a,b) in S[k]} x[k,a,b] + sum {(a,b) in S[1]} x[1,a,b] >= 4;
end;
