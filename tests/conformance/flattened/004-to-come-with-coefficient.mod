set I := 1..3;
var x{I} >= 0, <= 4;
maximize gain: 3 * to_come - sum {i in I} i * x[i];
subject to Up{i in I}: x[i] + 1 >= 2 * to_come - (if i = 2 then to_come);
subject to Down{i in I}: 1 <= x[i] + to_come <= 6;
subject to Off: 0 * to_come + x[1] >= 0.5;
var y{i in I} >= 0, obj gain i + 1, coeff Up[i] i, coeff Down[i] 0.5, coeff Off 100;
var z >= -2, <= 2.5, obj gain -1, cover {i in I: i > 1} Up[i];
