set T ordered := 1..4; param p{t in T} := 3 + (t * 7 mod 5);
var level{T} >= 0, <= 9;
var step{t in T: t < last(T)} = <<0; -2, 1>> (level[next(t)] - level[t] + 0.5);
var pain{t in T} = if t < last(T) then step[t] else 0;
minimize total: sum {t in T} pain[t] + 0.3 * sum {t in T} level[t];
subject to hold{t in T}: if t > 1 then level[t] + level[prev(t)] >= p[t] else level[t] = 2;
subject to calm{t in T: t < 4}: if t = 2 then step[t] <= 1.5 else <<1; 0, 2>> level[t] <= 9;
