param base := 4; set I := 1..2;
var x{I} >= -10, <= 10;
minimize away: 10 + sum {i in I} <<2, 5; -1, 0.5, 3>> (x[i], base * i - 1) + 0.75 * x[1];
subject to both: x[1] + x[2] >= 9;
subject to apart: x[2] - x[1] = 3;
