"""The core: facts and terms go in, a decision with reasons comes out.

Pure and of the standard library only: no clock, file, network or framework.
"""
