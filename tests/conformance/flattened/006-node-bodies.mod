maximize worth;
node Middle;
node Well: 2 <= net_out <= 8;
node Sink{k in 1..2}: net_in - k <= 3;
node Spare: 4 >= net_out + 1;
arc Up >= 0, from Well, to Middle 0.5, obj worth -0.25;
arc Out{k in 1..2} >= 0, from Middle k, to Sink[k], obj worth 3 * k - 1;
arc Aside >= -5, from Spare 2, to Middle, obj worth 0.5;
