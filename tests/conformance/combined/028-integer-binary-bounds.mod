set I := 1..5; param u{i in I} := i / 2 + 0.6;
var n{i in I} integer >= -i, <= ceil(u[i]); var b{I} binary; var w{i in I: i > 3} integer >= 0;
maximize z: sum {i in I} (1.5 * n[i] - i * b[i]) + sum {i in I: i > 3} 0.3 * w[i] - 2;
s.t. a{i in I}: n[i] <= u[i] * 3 * b[i] - 0.4 * i + 1;
s.t. c: sum {i in I} b[i] <= 3;
s.t. d{i in I: i > 3}: 2 * w[i] + n[i] <= 7.5;
end;
