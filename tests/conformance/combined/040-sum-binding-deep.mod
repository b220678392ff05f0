set I := 1..3; set J := 1..2; var x{I,J} >= 0; var y >= 0;
minimize z: sum {i in I} 2 * sum {j in J} x[i,j] * j / 2 + y;
s.t. a: 2 * sum {i in I, j in J} x[i,j] / 4 - y >= 3;
s.t. b{i in I}: sum {j in J} (x[i,j] + 1) * i + sum {j in J: j > 1} (-x[i,j]) * 0.5 + y >= 8 + i;
s.t. c: -sum {i in I} x[i,1] * i + y <= -sum {i in I} i;
end;
