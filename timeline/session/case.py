"""skeleton: see the contract"""
