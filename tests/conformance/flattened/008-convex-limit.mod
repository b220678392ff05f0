set P := 1..3; param cap := 20;
var out{P} >= 0, <= 12; var spare >= 0;
maximize sold: sum {p in P} (4 - p) * out[p] + 0.5 * spare;
subject to smoke: sum {p in P} <<2 * p, 6; 0.5, 1 + p, 4 + p>> out[p] + spare <= cap;
subject to noise: 30 >= 2 * <<3; 1, 2>> out[1] + 3 * out[2];
