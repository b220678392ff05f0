set F := {'n','s'}; var make{F} >= 0, <= 10; var trade >= -4, <= 4;
minimize cost: sum {f in F} (if f = 'n' then 1 else 0.9) * <<2, 6; 5, 3, 1>> make[f] + <<-1, 2; 3, 2, 4>> trade;
subject to need: sum {f in F} make[f] + trade = 11;
subject to least{f in F}: make[f] >= 1.5;
