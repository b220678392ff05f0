set I := 1..3; set J{i in I} := {i, i + 1} union {7}; param e{i in 1..7} := (i * i) mod 5;
var x{i in I, j in J[i]} >= 0; var y{i in I} >= 0, <= 4;
minimize z: sum {i in I} (y[i] + sum {j in J[i]: e[j] > 0} e[j] * (x[i,j] + y[i] / 2) * (if j = 7 then 2 else 1));
s.t. r{j in 1..7: exists {i in I} j in J[i]}: sum {i in I: j in J[i]} (x[i,j] + sum {k in J[i]: k < j} y[i] * e[k]) >= j;
end;
