set T := 0..5;
var s{T} >= 0; var inn{T} >= 0, <= 9; var out{T} >= 0; var tot >= 0;
minimize z: tot + sum {t in T} 0.1 * s[t];
s.t. bal{t in T}: s[if t = 0 then 5 else t - 1] * 0.9 + inn[t] - 1 = s[t] + out[t] / 0.8 - 1;
s.t. dem{t in T: t mod 2 = 1}: 2 * t - out[t] = out[(t + 1) mod 6] - t;
s.t. def: 2 * tot - sum {t in T} t * inn[t] = tot + 3;
end;
