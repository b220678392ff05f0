set I := 1..3; set J{i in I} := i..i+1;
var x{i in I, j in J[i]} >= 0;
minimize z: sum {i in I, j in J[i]} x[i,j] * ((sum {k in J[i]} k) - sum {k in I} k / 2 + 1);
s.t. r{j in 1..4}: sum {i in I: j in J[i]} x[i,j] >= sum {i in I} (if j in J[i] then i);
s.t. s{i in I}: sum {j in J[i]} x[i,j] <= 4 * i + sum {j in J[i]} j;
end;
