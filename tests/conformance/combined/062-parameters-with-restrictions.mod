set F := {'oil','gas','bio'}; param cap{F} >= 0, default 4; param min1{f in F} >= 0, <= cap[f], default cap[f] / 4;
param sub{f in F} symbolic in F, default 'gas'; param n{F} integer > 0, default 2;
var x{f in F, k in 1..n[f]} >= min1[f], <= cap[f];
minimize z: sum {f in F, k in 1..n[f]} k * x[f,k];
s.t. r{f in F}: sum {k in 1..n[f]} x[f,k] + (if sub[f] <> f then sum {k in 1..n[sub[f]]} x[sub[f],k] / 2) >= cap[f] * 1.5;
data; param cap := oil 8; param sub := oil bio; param : n min1 := gas 3 0  bio 1 . ;
end;
