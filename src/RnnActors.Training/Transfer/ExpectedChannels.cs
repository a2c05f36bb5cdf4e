namespace RnnActors.Training.Transfer;

/// <summary>The issued, unused tokens; each opens one channel, for a limited time.</summary>
internal sealed class ExpectedChannels(ChannelSettings settings)
{
    private readonly Dictionary<UInt128, (IFrameSink Sink, bool IsOfNode, long Since)> _sinks = [];

    public byte[] Add(IFrameSink sink, bool isOfNode)
    {
        UInt128 token = Greeting.NewToken();
        lock (_sinks)
        {
            foreach ((UInt128 other, (_, _, long since)) in _sinks)
                if (IsTooOld(since)) _sinks.Remove(other);
            _sinks.Add(token, (sink, isOfNode, settings.Time.GetTimestamp()));
        }

        return Greeting.Bytes(token);
    }

    public void Remove(byte[] token)
    {
        lock (_sinks) _sinks.Remove(Greeting.Token(token));
    }

    /// <summary>Whether a token still opens a channel.</summary>
    public bool Has(byte[] token)
    {
        lock (_sinks) return _sinks.TryGetValue(Greeting.Token(token), out (IFrameSink Sink, bool IsOfNode, long Since) expected) && !IsTooOld(expected.Since);
    }

    /// <summary>Uses a token and returns its sink; null if it is not valid.</summary>
    public IFrameSink? Take(UInt128 token, out bool isOfNode)
    {
        lock (_sinks)
        {
            bool isKnown = _sinks.Remove(token, out (IFrameSink Sink, bool IsOfNode, long Since) expected);
            isOfNode = expected.IsOfNode;
            return isKnown && !IsTooOld(expected.Since) ? expected.Sink : null;
        }
    }

    private bool IsTooOld(long since) => settings.Time.GetElapsedTime(since) > settings.TokenTime;
}
