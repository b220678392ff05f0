set T := 1..4; var s{T} >= 0; var a{T} >= 0;
maximize z: s[4] - 0.1 * sum {t in T} a[t];
s.t. r{t in T}: s[t] = (if t > 1 then s[t-1]) + (if t mod 2 = 0 then a[t] else 1);
end;
