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
            byte[] read = new byte[second.Length];
            second.Read(0, read);
            Assert.Equal([1, 2, 3], read);
            first.Write(1, [9]);
            first.WriteVolatile(2, 7);
            second.Read(1, read.AsSpan(0, 2));
            Assert.Equal([9, 7, 3], read);
            Assert.Equal(7, second.ReadVolatile(2));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Nothing_is_read_or_written_outside_of_the_file_or_after_it_is_gone()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [1, 2, 3]);
            MappedMemory memory = new(Open(path));
            Assert.Throws<EndOfStreamException>(() => memory.Read(2, new byte[2]));
            Assert.ThrowsAny<Exception>(() => memory.Write(2, new byte[2]));
            memory.Dispose();
            Assert.Throws<ObjectDisposedException>(() => memory.Read(0, new byte[1]));
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
