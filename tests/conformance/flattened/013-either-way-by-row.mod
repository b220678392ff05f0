set R := 1..4; param side{R}; param limit{R};
var x >= 0, <= 8; var y{R} >= 0, <= 9;
minimize cost: sum {r in R} r * y[r] - 2.2 * x;
subject to rows{r in R: r < 4}: side[r] * <<3, 5; 1, 2, 4>> x - y[r] <= limit[r];
subject to tied: <<3, 5; 1, 0, 2>> x + y[4] = 6;
data; param side := 1 1 2 -1 3 0 4 1; param limit := 1 6 2 -2 3 5 4 0;
