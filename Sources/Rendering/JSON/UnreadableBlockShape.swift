/// What a dump says where a block cannot be read.
struct UnreadableBlockShape: Encodable {
  var slot: UInt32
  var segment: UInt64?
  var offset: UInt64
  var damage: String
}
