-- lua: same
-- For a seed math.random gives the numbers of stock Lua.
print(_VERSION)                                     --> Lua 5.4
for _, seed in ipairs {0, 42, -1, math.mininteger, 3.0} do
    math.randomseed(seed)
    print(string.format("%.17g", math.random()), math.random(100), math.random(-10, 10), math.random(0),
        math.random(math.mininteger, math.maxinteger), math.random(3, 3), math.random(1 << 40), math.random(math.maxinteger))
end
--> 0.2469118419609948	9	1	-7628392839634014443	-476379886374458193	3	802627069016	7965804023693400121
--> 0.93081217803956817	50	1	-3807604385970496171	2164128405858571189	3	934954126599	3891836817331783282
--> 0.64588803338814316	72	-7	-1971808131736728457	-304106213833861976	3	957380141278	2553454962916548863
--> 0.27300533623138712	50	10	2046947298972887762	-1284509303871237821	3	771104011070	2816240550324227260
--> 0.95499969793090433	74	-7	5956246008085191347	-3418210470243237764	3	922002233573	7735293744086976882
math.randomseed(1, 2)
print(math.random(0), math.random(6), math.random(5, 7))
--> 8291693048688576641	1	5
math.randomseed(1 << 40, -9)
print(math.random(0), math.random(6), math.random(5, 7))
--> -5645711034598188005	2	6
print(select("#", math.randomseed(5)), math.randomseed(5, 6))       --> 2	5	6
print(pcall(math.random, 0, -1))                    --> false	bad argument #1 to 'math.random' (interval is empty)
print(pcall(math.random, 1, 2, 3))                  --> false	wrong number of arguments
