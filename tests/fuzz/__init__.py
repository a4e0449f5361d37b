"""Bad input: whatever comes in, the app answers it, soon, and goes on.

One target a way in (`targets`); each is fed with shapes that are nearly right
(`test_shapes`), with what was found before (`corpus/`, `test_corpus`), and by a fuzzer
that is guided by coverage (`make fuzz`).
"""
