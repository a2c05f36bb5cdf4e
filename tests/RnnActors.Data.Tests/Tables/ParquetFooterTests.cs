using RnnActors.Data.Tests.Files;
using RnnActors.Tests;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>Files that afl-fuzz found: the header of a page tells a length of 256 MB, which the library allocated.</summary>
public sealed class ParquetFooterTests
{
    public static TheoryData<string> Found =>
    [
        "UEFSMRUAFTAVLCwVBhUAFQYVBhwYCADi////AAA9GAgAAAAAAQT4PwUHKAAAQAAAAAAAAPj/FQIZLEgE+D8AAAAYAAPoAAD4PxYAKAgAAAAAAAAAQBiAAAAK"
            + "AAAAcm9vGRwZHCYIHBUKGSUABhYYAXhlNTkpACgoAAAAAAD4PwAAABaqARYGNqYBAChKUGFycXVldC5OZXQgdmVyc3lvbiA2LjEuMCAoYgAAAEAYCAAAAAAA"
            + "APg/AAAAGAAABQEE+BgIAAAAAAAA+D8WKCgoKCgoKCgoKCgoxwAAAFBBUjE=",
        "UEFSMRUAFTAVLCwVBhUAFQYVBhwYCAAAAAAAAABAGAgAAAAAAAD4PxYAKPD///8AAAAAQBgIAAAAAAAA+D8AAAAYAAAFAQT4PwUHKAAAQAAAAAAAAPj/FQIZ"
            + "LEgEcm9vdBUCABUKJQAYAXgAFgYZHBkcJggcFQoZJQAGGRgBeBUCFgYWqgEWpgEmCDwYCAAAAAAAAABAGAgAAAAAAAB4PxYAKAgAAAAAAAAAQBgIAAAAAAAA"
            + "+D8AAAAWqgEWBjamAQAoSlBhcnF1ZXQuTmV0IHZlcnNpb24gNi4xLjAgKGJ1aWxkIGMxNzlkOTdiZDI1NDliNWY0NGE5MjQxZTcyOWY4NjlkNDk0N2VlNTkp"
            + "ALgAAABQQVIx",
    ];

    [Theory]
    [MemberData(nameof(Found))]
    public void A_length_in_the_header_of_a_page_is_held_to_the_file(string found)
    {
        using HostileFolder folder = new(HostileFormat.Find(DataFormats.All, "parquet"));
        Assert.Null(folder.Judge(Convert.FromBase64String(found)));
        Assert.Equal(1, folder.Refused);
    }
}
