param n := 6;
param p{i in 0..n, j in 0..i} := if j = 0 or j = i then 1 else p[i-1,j-1] + p[i-1,j];
param fib{i in 1..10} := if i <= 2 then 1 else fib[i-1] + fib[i-2];
param d{i in 0..3, j in 0..3} := if i = 0 then j else if j = 0 then i else min(d[i-1,j] + 1, d[i,j-1] + 1, d[i-1,j-1] + (if (i + j) mod 2 = 1 then 1 else 0));
var x{i in 0..n} >= 0;
maximize z: sum {i in 0..n} fib[i+1] * x[i];
s.t. r{i in 0..n}: sum {j in 0..i} p[i,j] * x[j] <= 2^i + d[min(i,3), max(0, i-3)];
end;
