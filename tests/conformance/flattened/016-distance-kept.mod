set I := 1..3; var x{I} integer >= -6, <= 6;
minimize size: sum {i in I} i * <<0; -1, 1>> x[i] + 0.1 * x[1];
subject to apart{i in I, j in I: i < j}: <<0; -1, 1>> (x[i] - x[j]) >= 2.5;
subject to sum3: sum {i in I} x[i] >= 1;
