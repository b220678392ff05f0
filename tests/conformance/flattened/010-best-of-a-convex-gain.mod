var x >= -3, <= 5; var y >= 0, <= 6;
maximize gain: -2 * (y - <<0, 3; -1, 1, 4>> x) - 0.5 * y;
subject to tie: x + y >= 1; subject to up: 3 * x - y <= 9;
