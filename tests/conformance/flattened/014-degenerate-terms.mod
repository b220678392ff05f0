var u; var v >= 1, <= 4; var w >= 2, <= 2; var s >= 0;
minimize z: <<1, 2, 2, 7; -1, -1, 9, 3, 3>> u + <<-5, 0, 6; 9, -7, 2, 1>> v + <<1, 3; 2, 1, 0>> w
    + 2 * <<4; 3, 3>> s - <<{i in 1..2} if i = 1 then -Infinity else Infinity; 5, 0.25, -5>> s;
subject to a: u + v >= 3; subject to b: s - 0.5 * v >= 1; subject to c: u - v <= 2;
