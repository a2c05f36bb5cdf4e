using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;

namespace RnnActors.Training.Membership;

/// <summary>A member of a cluster, as others remember it.</summary>
internal sealed record KnownMember(HostAndPort Address, bool IsCandidate);

/// <summary>
/// The other members of the cluster that a node was last in, and candidates that it lost without a word, in a file of its data directory: a node that was cut off, or
/// starts again after a crash, finds its cluster by them instead of forming another one. One thread at a time.
/// </summary>
internal sealed class KnownMembers(string directory)
{
    /// <summary>Lost candidates beyond these are forgotten, the oldest first.</summary>
    private const int MaxLost = 32;

    private const string Candidate = " candidate";

    private readonly string _path = Path.Combine(directory, "members");
    private string? _written;

    /// <summary>What is remembered; nothing where there is no file, or one that cannot be understood, since nothing depends on it but the way back.</summary>
    public IReadOnlyList<KnownMember> Read()
    {
        try
        {
            return File.Exists(_path) ? [.. File.ReadAllLines(_path).Where(line => line.Length > 0).Select(Parse)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return [];
        }
    }

    /// <summary>Remembers those that are there beside candidates that were. A node that is alone keeps whom it knew.</summary>
    public void Remember(IReadOnlyCollection<KnownMember> others)
    {
        if (others.Count == 0) return;
        var lost = Read().Where(known => known.IsCandidate && others.All(other => other.Address != known.Address)).TakeLast(MaxLost);
        Write([.. lost, .. others.OrderBy(other => other.Address.ToString(), StringComparer.Ordinal)]);
    }

    /// <summary>Forgets one that left as it was told to.</summary>
    public void Forget(HostAndPort gone) => Write([.. Read().Where(known => known.Address != gone)]);

    private void Write(KnownMember[] members)
    {
        string text = string.Concat(members.Select(member => $"{member.Address}{(member.IsCandidate ? Candidate : "")}\n"));
        if (text == _written) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            DurableFile.Write(_path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            _written = text;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The disk is full or gone; what depends on it says so.
        }
    }

    private static KnownMember Parse(string line) => line.EndsWith(Candidate, StringComparison.Ordinal)
        ? new KnownMember(HostAndPort.Parse(line[..^Candidate.Length]), IsCandidate: true)
        : new KnownMember(HostAndPort.Parse(line), IsCandidate: false);
}
