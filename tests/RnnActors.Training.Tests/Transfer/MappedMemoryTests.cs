using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public class MappedMemoryTests
{
    [Fact]
    public void Whoever_maps_a_file_sees_what_another_writes()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [1, 2, 3]);
            using MappedMemory first = new(Open(path)), second = new(Open(path));
            Assert.Equal([1, 2, 3], second.Span.ToArray());
            first.Span[1] = 9;
            Assert.Equal([1, 9, 3], second.Span.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
