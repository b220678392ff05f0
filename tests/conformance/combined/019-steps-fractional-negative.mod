set F := 0 .. 2 by 0.25; set G := 3.5 .. -2 by -1.5; set H := -1 .. -4 by -1; set Z := 5 .. 6 by -1;
var x{F} >= 0; var y{G} >= 0; var v{H} <= 4;
maximize z: sum {h in H} v[h] - sum {f in F} x[f] - sum {g in G} y[g] + card(Z);
set Q := 0 .. 4 by 1.5;
s.t. r{f in F: exists {q in Q} q = f * 2}: x[f] >= f;
s.t. s{g in G}: y[g] + (if g > 0 then 0 else sum {f in F: f > -g} x[f]) >= abs(g);
s.t. t{h in H, g in G: h <= g}: v[h] - y[g] <= -h;
end;
