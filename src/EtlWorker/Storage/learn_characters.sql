-- Which characters from U+0080 to U+FFFF the database's encoding has, as ranges of code points (160-255,8364-8364), kept in the
-- session's setting etl.characters. A character is asked for by its bytes in UTF-8: two of them below U+0800, else three; the halves of
-- surrogate pairs (U+D800 to U+DFFF) are none.
do $$
declare
    ranges text := '';
    since int;
    utf8 bytea;
    held boolean;
begin
    for code in 128..65536 loop
        held := false;
        if code < 65536 and code not between 55296 and 57343 then
            utf8 := case
                when code < 2048
                then pg_catalog.set_byte(pg_catalog.set_byte('\x0000'::bytea, 0, 192 | (code >> 6)), 1, 128 | (code & 63))
                else pg_catalog.set_byte(pg_catalog.set_byte(pg_catalog.set_byte(
                    '\x000000'::bytea, 0, 224 | (code >> 12)), 1, 128 | ((code >> 6) & 63)), 2, 128 | (code & 63))
            end;
            begin
                perform pg_catalog.convert(utf8, 'UTF8', pg_catalog.getdatabaseencoding());
                held := true;
            exception
                when untranslatable_character or character_not_in_repertoire then null;
            end;
        end if;
        if held and since is null then
            since := code;
        elsif not held and since is not null then
            ranges := ranges || since || '-' || code - 1 || ',';
            since := null;
        end if;
    end loop;
    perform pg_catalog.set_config('etl.characters', ranges, false);
end
$$
