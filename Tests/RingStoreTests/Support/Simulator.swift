import RingSimulator

// So that a test need not say where these come from.
typealias SimulatedFileSystem = RingSimulator.SimulatedFileSystem
typealias SimulatedDisk = RingSimulator.SimulatedDisk
typealias SplitMix64 = RingSimulator.SplitMix64
