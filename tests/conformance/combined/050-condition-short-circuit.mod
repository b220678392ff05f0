set T := 1..5; param d{T} default 1; param big{t in T: t mod 2 = 1} := 10 * t;
var x{T} >= 0;
minimize z: sum {t in T} t * x[t];
s.t. r{t in T: t > 1 and d[t-1] > 0}: x[t] + x[t-1] >= d[t];
s.t. s{t in T: t = 5 or d[t+1] > 2}: x[t] >= (if t mod 2 = 1 then big[t] else 3) / 10;
s.t. u{t in T}: (if t = 1 or t = 5 then 0 else x[t-1] + x[t+1]) + x[t] >= 1;
data; param d := 3 4  5 2; end;
