set I := 1..4; param n{i in I} := (i * 3) mod 5; param dir{i in I} symbolic := if n[i] > 2 then 'up' else 'down';
set K{i in I} := if dir[i] = 'up' then 1..n[i] else (n[i] .. 0 by -1);
var x{i in I, k in K[i]} >= 0;
minimize z: sum {i in I, k in K[i]} (k + 1) * x[i,k];
s.t. r{i in I}: sum {k in K[i]: k >= i - 2} x[i,k] >= n[i] - 1;
s.t. s{i in I, j in 1..n[i] - 2}: sum {k in j..n[i]: k in K[i]} x[i,k] >= j;
end;
