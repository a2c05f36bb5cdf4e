using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;

namespace RnnActors.Training.Membership;

/// <summary>A remembered member of a cluster.</summary>
internal sealed record KnownMember(HostAndPort Address, bool IsCandidate);

/// <summary>
/// The other members of a node's last cluster, and lost candidates, in a file of its data directory. A node that was cut off, or restarts after a crash, finds
/// its cluster by them instead of forming another. Not thread-safe.
/// </summary>
/// <param name="disk">Null for this machine's.</param>
internal sealed class KnownMembers(string directory, IDisk? disk = null)
{
    /// <summary>How many lost candidates are remembered; the oldest are forgotten first.</summary>
    private const int MaxLost = 32;

    private const string Candidate = " candidate";

    private readonly string _path = Path.Combine(directory, "members");
    private readonly IDisk _disk = disk ?? LocalDisk.Instance;
    private string? _written;

    /// <summary>The remembered members; none if the file is missing or damaged.</summary>
    public IReadOnlyList<KnownMember> Read()
    {
        try
        {
            if (!_disk.HasFile(_path)) return [];
            using StreamReader reader = new(_disk.Open(_path));
            return [.. reader.ReadToEnd().Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).Select(Parse)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return [];
        }
    }

    /// <summary>Remembers the present members and lost candidates. A node that is alone keeps everything that it knew.</summary>
    public void Remember(IReadOnlyCollection<KnownMember> others)
    {
        if (others.Count == 0) return;
        var lost = Read().Where(known => known.IsCandidate && others.All(other => other.Address != known.Address)).TakeLast(MaxLost);
        Write([.. lost, .. others.OrderBy(other => other.Address.ToString(), StringComparer.Ordinal)]);
    }

    /// <summary>Forgets a member that left in order.</summary>
    public void Forget(HostAndPort gone) => Write([.. Read().Where(known => known.Address != gone)]);

    private void Write(KnownMember[] members)
    {
        string text = string.Concat(members.Select(member => $"{member.Address}{(member.IsCandidate ? Candidate : "")}\n"));
        if (text == _written) return;
        try
        {
            DurableFolder.Create(Path.GetDirectoryName(_path)!, _disk);
            DurableFile.Write(_path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), _disk);
            _written = text;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The disk is full or gone; the parts that depend on it report that.
        }
    }

    private static KnownMember Parse(string line) => line.EndsWith(Candidate, StringComparison.Ordinal)
        ? new KnownMember(HostAndPort.Parse(line[..^Candidate.Length]), IsCandidate: true)
        : new KnownMember(HostAndPort.Parse(line), IsCandidate: false);
}
