using RnnActors.Core.Problems;
using RnnActors.Training.Hosting;

namespace RnnActors.Training.Membership;

/// <summary>
/// The other members of the cluster that a node was last in, in a file of its data directory, so that the node that formed the cluster finds it again after a crash
/// instead of forming another beside it.
/// </summary>
internal sealed class KnownMembers(string directory)
{
    private readonly string _path = Path.Combine(directory, "members");
    private string _written = "";

    /// <summary>What was remembered; nothing where there is no file, or one that cannot be understood, since nothing depends on it but a quicker way back.</summary>
    public IReadOnlyList<HostAndPort> Read()
    {
        try
        {
            return File.Exists(_path) ? [.. File.ReadAllLines(_path).Where(line => line.Length > 0).Select(HostAndPort.Parse)] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return [];
        }
    }

    /// <summary>Remembers the others. A node that is alone keeps whom it knew.</summary>
    public void Write(IEnumerable<HostAndPort> others)
    {
        string text = string.Concat(others.Select(other => $"{other}\n").Order(StringComparer.Ordinal));
        if (text.Length == 0 || text == _written) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            File.WriteAllText(_path + ".tmp", text);
            File.Move(_path + ".tmp", _path, overwrite: true);
            _written = text;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The disk is full or gone; what depends on it says so.
        }
    }
}
