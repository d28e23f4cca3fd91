import Rendering
import TraceModel

/// `spoor top` on a terminal: keys and answers come in one line of events, and each is followed by a picture.
struct TopScreen {
  private let question: TopQuestion
  private let interval: Duration
  private var view: TopView
  private var figures: TopFigures?
  private var note = ""
  private var rowsShown = 1

  private enum Event: Sendable {
    case screen(Screen.Event)
    case reply(TopQuestion.Reply)
    /// No answer, and why.
    case failed(String)
  }

  init(_ question: TopQuestion, _ view: TopView, interval: Duration) {
    self.question = question
    self.view = view
    self.interval = interval
  }

  /// Until somebody quits.
  mutating func run(_ first: TopQuestion.Reply) async throws {
    let (events, tell) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(TopLimits.eventsMax))
    let rounds = Rounds(every: .nanoseconds(Int64(clamping: interval.nanoseconds)))
    try Screen.take()
    defer { Screen.giveBack() }
    take(first)
    try draw()
    let question = question
    let keys = Task {
      guard Screen.hasKeys else { return }
      try await Screen.watch { tell.yield(.screen($0)) }
    }
    let answers = Task { await rounds.run { tell.yield(await Self.answer(question)) } }
    defer {
      keys.cancel()
      answers.cancel()
    }
    for await event in events {
      switch event {
      case .reply(let reply): if !view.isPaused { take(reply) }
      case .failed(let reason): note = reason
      case .screen(.gone): return
      case .screen(.drawAgain): break
      case .screen(.key(let key)):
        switch view.press(key, rowsShown: rowsShown) {
        case .quit: return
        case .ask: rounds.hurry()
        case .nothing: continue
        case .draw: break
        }
      }
      try draw()
    }
  }

  private mutating func take(_ reply: TopQuestion.Reply) {
    figures = reply.figures
    note = reply.isPartial ? "part of this could not be read: it was damaged or has just been overwritten" : ""
  }

  private mutating func draw() throws {
    let (columns, lines) = Screen.size
    let frame = TopFrame(
      figures, view, note: note, width: columns, height: lines, interval: interval, style: Console.style)
    rowsShown = frame.rowsShown
    try Screen.show(frame)
  }

  private static func answer(_ question: TopQuestion) async -> Event {
    do { return .reply(try await question.ask(at: .now)) } catch { return .failed(TopQuestion.reason(error)) }
  }
}
