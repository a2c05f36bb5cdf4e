namespace RnnActors.Training.Transfer;

/// <summary>Checks incoming frames: those of a transfer must come in order, without a gap, and agree on its total length.</summary>
internal sealed class IncomingTransfers
{
    /// <summary>The maximum number of open transfers, so that a peer cannot exhaust the memory.</summary>
    private const int Max = 4096;

    private readonly Dictionary<FrameDescription, (long Next, long Total)> _open = [];

    /// <exception cref="ChannelException">The frame is not the next one of its transfer.</exception>
    public void Check(in Frame frame)
    {
        FrameDescription transfer = frame.Transfer;
        if (frame.Offset == 0)
        {
            if (transfer.Kind == FrameKind.Parameters) ForgetOlder(transfer);
            if (_open.ContainsKey(transfer)) throw new ChannelException($"{transfer} began a second time before it was whole");
            if (frame.IsLast) return;
            if (_open.Count == Max) throw new ChannelException($"the other side began more than {Max} transfers at once");
        }
        else if (!_open.TryGetValue(transfer, out (long Next, long Total) open) || open != (frame.Offset, frame.Total))
        {
            throw new ChannelException($"a frame of {transfer} at byte {frame.Offset} is out of order");
        }

        if (frame.IsLast) _open.Remove(transfer);
        else _open[transfer] = (frame.Offset + frame.Length, frame.Total);
    }

    public void Forget(in FrameDescription transfer) => _open.Remove(transfer);

    /// <summary>Forgets older parameters that newer ones supersede.</summary>
    private void ForgetOlder(in FrameDescription parameters)
    {
        foreach (FrameDescription open in _open.Keys)
            if (open.Kind == FrameKind.Parameters && open.Run == parameters.Run && open.Step < parameters.Step) _open.Remove(open);
    }
}
